/** The tab's picture: a term from receipt to due date, with today in it. In the page, so that it costs no request. */
export const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect y="5" width="16" height="6" fill="#d9d5c7"/><rect y="5" width="9" height="6" fill="#1d5c57"/><rect x="9" y="2" width="2" height="12" fill="#1b1b1b"/></svg>',
)}`
