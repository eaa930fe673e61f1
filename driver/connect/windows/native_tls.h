// The TlsContext of this system.
#pragma once

#include "driver/connect/schannel_context.h"
