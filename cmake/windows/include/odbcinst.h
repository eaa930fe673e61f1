/* As sql.h beside it. */
#pragma GCC system_header
#include_next <odbcinst.h>
#include <windows.h>
