/** ERROR_SUCCESS_REBOOT_REQUIRED: the exit code of what succeeded and asks for a restart. */
export const RESTART_CODE = 3010
