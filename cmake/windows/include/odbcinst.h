/* As sql.h beside it. */
#pragma GCC system_header
#include <windows.h>
/* After it: */
#include_next <odbcinst.h>
