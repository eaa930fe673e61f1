/* Windows' sql.h counts on windows.h having been included before it; negodbc's sources are the same
 * everywhere. */
#pragma GCC system_header
#include <windows.h>
/* After it: */
#include_next <sql.h>
