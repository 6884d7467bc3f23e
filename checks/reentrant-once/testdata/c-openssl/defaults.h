void defaults_register(void);
int defaults_ready(void);
