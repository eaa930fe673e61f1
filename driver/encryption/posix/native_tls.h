// The TlsContext of this system.
#pragma once

#include "driver/encryption/openssl/openssl_context.h"
