void job_run(const char *text);
