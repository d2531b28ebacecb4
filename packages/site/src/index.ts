export { type Credentials, createAuthority, issue } from './authority.ts'
export { type Site, siteFileSchema, siteSchema } from './declared.ts'
export {
  ACCESS_FILE,
  initSite,
  ROOT_CERTIFICATE_FILE,
  type ServedSite,
  type ServeOptions,
  serveSite,
} from './site.ts'
