struct backend {
    int (*open)(void);
    int (*feed)(const void *data, unsigned size);
    void (*finish)(void);
};

extern const struct backend pipe_backend;
