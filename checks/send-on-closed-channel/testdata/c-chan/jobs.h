struct jobs;
struct jobs *jobs_open(unsigned most);
int jobs_add(struct jobs *jobs, const char *path);
void jobs_stop(struct jobs *jobs);
void jobs_free(struct jobs *jobs);
