export { type Credentials, createAuthority, issue } from './auth/authority.ts'
export { type Site, siteFileSchema, siteSchema } from './model/declaration.ts'
export {
  ACCESS_FILE,
  initSite,
  ROOT_CERTIFICATE_FILE,
  type ServedSite,
  type ServeOptions,
  serveSite,
} from './site.ts'
