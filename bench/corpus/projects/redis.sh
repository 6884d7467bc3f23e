# redis 7.0: C server with background pthreads and IO threads; server, tools and
# its vendored hiredis, lua, linenoise and hdr_histogram.
package=redis

project_build() {
  # libsystemd and jemalloc of the system are Debian's choice, not the program's.
  build_with_bear make -j "$jobs" MALLOC=libc USE_SYSTEMD=no V=1
}
