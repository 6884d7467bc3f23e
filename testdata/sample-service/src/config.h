/* Settings from the file that JOBD_CONFIG names: lines of `key value`. Read once, on
 * first use, by whoever asks first. */
#ifndef JOBD_CONFIG_H
#define JOBD_CONFIG_H

const char *config_get(const char *key, const char *fallback);
int config_get_int(const char *key, int fallback);

#endif
