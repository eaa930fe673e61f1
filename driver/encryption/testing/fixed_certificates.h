// Certificates for tests of what is made of them. Self-signed, valid for a hundred years; made by
// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 36500.
#pragma once

namespace negodbc::encryption::testing {

// CN=localhost, DNS:localhost.
inline constexpr char localhost_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBlTCCATugAwIBAgIUM6MOLWFLzpSdrcK3/RZX3E6s168wCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDEzMDgxMloYDzIxMjYxMDMx\n"
    "MTMwODEyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAAQd6cO7sqspWg+8mv8qMwjRyWlbmE8LrWhELBILuFp3PFdjdr9Ms21V\n"
    "+ZugGsG6+o+21uOap63DvURdiQscf0CIo2kwZzAdBgNVHQ4EFgQU1evc8g1fifQY\n"
    "n+Cv+MoZiwDtyVcwHwYDVR0jBBgwFoAU1evc8g1fifQYn+Cv+MoZiwDtyVcwDwYD\n"
    "VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID\n"
    "SAAwRQIhAO5u7DLVbhZTpJMwuxzNa/HJJSNNlNyHnzq78ZBdVoOvAiAem5xR0FU7\n"
    "NnYTH33WOWYog7hBKFfNo05oUNXSylSiGQ==\n"
    "-----END CERTIFICATE-----\n";

// CN=another authority.
inline constexpr char another_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBjzCCATWgAwIBAgIUGi59lstX0ICaQqBh0LOCQNq72f0wCgYIKoZIzj0EAwIw\n"
    "HDEaMBgGA1UEAwwRYW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTI0MTMwODEyWhgP\n"
    "MjEyNjEwMzExMzA4MTJaMBwxGjAYBgNVBAMMEWFub3RoZXIgYXV0aG9yaXR5MFkw\n"
    "EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEWESbU4JZAYXKD0g5ZN8be9sUVD6VOOfP\n"
    "zTAmtx6qF24SsZoOy85quWfmTvDCNOhCjY6N6SYnsaWQaknGm5fp5KNTMFEwHQYD\n"
    "VR0OBBYEFJ5YChkgTpQyVwlIVPlSn7opBzQeMB8GA1UdIwQYMBaAFJ5YChkgTpQy\n"
    "VwlIVPlSn7opBzQeMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIg\n"
    "NN7sbH2j5Upu4e5C5NFqEhHe6gy/SutXeK+mYuODKp4CIQCmMfFFPcUEcqeqTRJJ\n"
    "/lwNzbj4Tdu/jtm2hWkNN6Rj1Q==\n"
    "-----END CERTIFICATE-----\n";

// -sha384; CN=common.example.org, DNS:db.example.org, DNS:*.pool.example.org, DNS:f*.example.org,
// IP:10.1.2.3, IP:::1.
inline constexpr char names_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIB6jCCAZCgAwIBAgIUXSPiUbh2oaTdsJmaB33WMHsNZ5AwCgYIKoZIzj0EAwMw\n"
    "HTEbMBkGA1UEAwwSY29tbW9uLmV4YW1wbGUub3JnMCAXDTI2MTEyNDEzMDgxMloY\n"
    "DzIxMjYxMDMxMTMwODEyWjAdMRswGQYDVQQDDBJjb21tb24uZXhhbXBsZS5vcmcw\n"
    "WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT4JVaYg7pfAwO4vk5wZc32GS9oPJX2\n"
    "79D/B3IprJsSc6IpNC+7QhQWF1TmisxgLtckTJ8xVTfWzN1zURO4F+Dno4GrMIGo\n"
    "MB0GA1UdDgQWBBTBujpubrmA9nN9eXg4t7Kr0I6WAzAfBgNVHSMEGDAWgBTBujpu\n"
    "brmA9nN9eXg4t7Kr0I6WAzAPBgNVHRMBAf8EBTADAQH/MFUGA1UdEQROMEyCDmRi\n"
    "LmV4YW1wbGUub3JnghIqLnBvb2wuZXhhbXBsZS5vcmeCDmYqLmV4YW1wbGUub3Jn\n"
    "hwQKAQIDhxAAAAAAAAAAAAAAAAAAAAABMAoGCCqGSM49BAMDA0gAMEUCIBeSI0DT\n"
    "au8rlhficoS8ltDNkS8yJGGLuSaa/l1Vwg8JAiEA4NglYAyG+mlMwL2+DG+x2M/3\n"
    "zvxQjbgDrxOnMNzhRIY=\n"
    "-----END CERTIFICATE-----\n";

// -sha512; CN=common.example.org, no other name.
inline constexpr char common_name_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBkjCCATegAwIBAgIUdi0oOwkKBvWzFqEgR2gYcutXKeUwCgYIKoZIzj0EAwQw\n"
    "HTEbMBkGA1UEAwwSY29tbW9uLmV4YW1wbGUub3JnMCAXDTI2MTEyNDEzMDgxMloY\n"
    "DzIxMjYxMDMxMTMwODEyWjAdMRswGQYDVQQDDBJjb21tb24uZXhhbXBsZS5vcmcw\n"
    "WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQt+OLhBc/vYvWs3iy91l+IZxBsovUj\n"
    "YoEx1Aeg8b4Kist0rgPYB/mRvDJglEvYnBoRheHokkCkPtLG42O8dYjJo1MwUTAd\n"
    "BgNVHQ4EFgQU3cPZDLJATDysyjy8Kf4Fl6TJGBMwHwYDVR0jBBgwFoAU3cPZDLJA\n"
    "TDysyjy8Kf4Fl6TJGBMwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDBANJADBG\n"
    "AiEA8VyaK/OV+u5wsWr7Nb16WZnkfT/LwfjzvVrqJhVBH6sCIQD01/s9jSzlqY4F\n"
    "bu/hB5JXkeE0OgMrJG/ZW1qrrAoofA==\n"
    "-----END CERTIFICATE-----\n";

// -newkey ed25519; its signature has no digest.
inline constexpr char ed25519_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBLjCB4aADAgECAhRRlen1l6kb5ayGf94JjHusdVDc1TAFBgMrZXAwDDEKMAgG\n"
    "A1UEAwwBYTAgFw0yNjExMjQxMzA4MTJaGA8yMTI2MTAzMTEzMDgxMlowDDEKMAgG\n"
    "A1UEAwwBYTAqMAUGAytlcAMhABacU9bES06VrMRlAN3/Rjvx9LKwiiLLlmR09eJI\n"
    "Hc9zo1MwUTAdBgNVHQ4EFgQUS5TTqopT59tMY3nsBEQcf8MzslwwHwYDVR0jBBgw\n"
    "FoAUS5TTqopT59tMY3nsBEQcf8MzslwwDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXAD\n"
    "QQCBYqTictJbwRNJFMWb1/rLqq6PnOp3Bqz3OgqWyb8ba/BC9brdi6yDeFkqznij\n"
    "BqBgUjMB2dPRFO5lK47oF4oN\n"
    "-----END CERTIFICATE-----\n";

// Of January 2001, for localhost.
inline constexpr char expired_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBkzCCATmgAwIBAgIUDKZGV0vPzuqngPrd4ckHUNnv4HYwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJbG9jYWxob3N0MB4XDTAxMDEwMTAwMDAwMFoXDTAxMDEzMTAw\n"
    "MDAwMFowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0D\n"
    "AQcDQgAEGEOGVUBNXQpmKer7SF8dvC0YO2wUqmhV2NQhwG9rwzcoFR0wRGPfg+l4\n"
    "9UzjG8q/d2EA7YeCcD6pQpU5J3pjKKNpMGcwHQYDVR0OBBYEFL/0hwg++3y8H8i1\n"
    "2tlijWrfrHQeMB8GA1UdIwQYMBaAFL/0hwg++3y8H8i12tlijWrfrHQeMA8GA1Ud\n"
    "EwEB/wQFMAMBAf8wFAYDVR0RBA0wC4IJbG9jYWxob3N0MAoGCCqGSM49BAMCA0gA\n"
    "MEUCIGkVWct3VmpFIdT4jz67sz+XcSfLh5AIt4ggq2LTFi6wAiEAjZXaXxe3TBPg\n"
    "1AeD3sprOY5vmRWfMTx42mHYIixoTGg=\n"
    "-----END CERTIFICATE-----\n";

// CN=localhost, DNS:localhost; for clients and mail alone (extended key usage).
inline constexpr char for_clients_pem[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBtjCCAVygAwIBAgIUWTY2JTFwp5FNmxQVIQR/AHEMqwEwCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEzMDIwMTU0MloYDzIxMjYxMTA2\n"
    "MjAxNTQyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO\n"
    "PQMBBwNCAATeoXdtUr5na7w20/ugoVW2SaZi7P6cl+v0iHD+PxpFmIxPd5wSjZ5N\n"
    "FahyskHMdekfhqB6d9RhECKgA0tJDKG0o4GJMIGGMB0GA1UdDgQWBBQIT7HEmcEV\n"
    "/bbthiQJCI0yiYEuczAfBgNVHSMEGDAWgBQIT7HEmcEV/bbthiQJCI0yiYEuczAP\n"
    "BgNVHRMBAf8EBTADAQH/MBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAdBgNVHSUEFjAU\n"
    "BggrBgEFBQcDAgYIKwYBBQUHAwQwCgYIKoZIzj0EAwIDSAAwRQIgRu11BwgLzicc\n"
    "eukMpXnB4+rfPIVunk9UHK+YVrixOtACIQDXgM7Hc/K/V2qGAtTMXb6CUcWv45gO\n"
    "9fmi4lLGKNa0Aw==\n"
    "-----END CERTIFICATE-----\n";

}  // namespace negodbc::encryption::testing
