struct publisher {
    void *context, *socket;
    unsigned long sent;
};
int publisher_open(struct publisher *publisher, const char *address);
int publisher_say(struct publisher *publisher, const char *text);
void publisher_close(struct publisher *publisher);
