int registry_count(void);
int registry_add(const char *name);
