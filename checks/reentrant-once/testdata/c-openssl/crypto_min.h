/* The part of openssl/crypto.h that the test needs. */
typedef int CRYPTO_ONCE;
#define CRYPTO_ONCE_STATIC_INIT 0
int CRYPTO_THREAD_run_once(CRYPTO_ONCE *once, void (*init)(void));
