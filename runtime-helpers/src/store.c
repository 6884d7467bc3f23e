#include "store.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "fail.h"
#include "fault.h"
#include "self.h"

#include <rh/panic.h>

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static bool key_made;

static void store_free(void *arg)
{
    struct rh_store *store = arg;
    rh_self.store = NULL;
    rh_fault_thread_end(store);
    free(store);
}

static void key_make(void)
{
    key_made = pthread_key_create(&key, store_free) == 0;
}

static struct rh_store *store_make(void)
{
    pthread_once(&key_once, key_make);
    struct rh_store *store = key_made ? rh_alloc(sizeof *store) : NULL;
    if (store && pthread_setspecific(key, store) != 0) {
        free(store);
        return NULL;
    }
    rh_self.store = store;
    return store;
}

struct rh_store *rh_store_get(bool make)
{
    return rh_self.store || !make ? rh_self.store : store_make();
}

void rh_store_recovered(const rh_panic_record *record)
{
    struct rh_store *store = rh_store_get(true);
    if (!store)
        return;
    if (record != &store->recovered)
        store->recovered = *record;
    store->has_recovered = true;
}

bool rh_recovered(rh_panic_record *record)
{
    struct rh_store *store = rh_store_get(false);
    if (!store || !store->has_recovered)
        return false;
    *record = store->recovered;
    return true;
}
