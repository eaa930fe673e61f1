// The TlsContext of this system.
#pragma once

#include "driver/encryption/schannel/schannel_context.h"
