/** Stands in for tables without a label, and for those that no map names. */
export const otherData = { nl: 'Overige gegevens', en: 'Other data' }
