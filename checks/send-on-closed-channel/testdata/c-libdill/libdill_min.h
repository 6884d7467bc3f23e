/* The part of libdill.h (version 2) that the test needs. */
#include <stddef.h>
#include <stdint.h>

#define hclose dill_hclose
#define chmake dill_chmake
#define chsend dill_chsend
#define chrecv dill_chrecv
#define chdone dill_chdone
int dill_hclose(int h);
int dill_chmake(int chv[2]);
int dill_chsend(int ch, const void *val, size_t len, int64_t deadline);
int dill_chrecv(int ch, void *val, size_t len, int64_t deadline);
int dill_chdone(int ch);
