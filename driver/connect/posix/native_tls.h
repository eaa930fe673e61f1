// The TlsContext of this system.
#pragma once

#include "driver/connect/openssl_context.h"
