import common from './common.json'
import desk from './desk.json'
import errors from './errors.json'
import portal from './portal.json'

export default { common, desk, errors, portal }
