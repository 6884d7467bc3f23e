_Noreturn void die(const char *why);
