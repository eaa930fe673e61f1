/* What dialog.rc and the code call the controls. Read by the resource compiler too. */
#ifndef NEGODBC_DIALOG_WINDOWS_RESOURCE_H_
#define NEGODBC_DIALOG_WINDOWS_RESOURCE_H_

#define PAGE_CONNECTION 101
#define PAGE_KEYWORDS 102

/* Page one: a field, and by the same number and FAULT_OF what is wrong with it. */
#define FAULT_OF 100
#define ID_NAME 1001
#define ID_DESCRIPTION 1002
#define ID_SERVER 1003
#define ID_PORT 1004
#define ID_DATABASE 1005
#define ID_WAY 1006
#define ID_USER 1007
#define ID_PRINCIPAL 1008
#define ID_PASSWORD 1009
#define ID_ENCRYPTION 1010
#define ID_TEST 1020
#define ID_OUTCOME 1021
#define ID_ALL 1022

/* Page two. */
#define ID_SEARCH 1030
#define ID_KEYWORDS 1031
#define ID_VALUE 1032
#define ID_SECRET 1033
#define ID_EXPLANATION 1034

#endif
