# memcached 1.6.18: C, pthreads, autotools. One program twice (memcached and
# memcached-debug) and its test tools.
package=memcached

project_build() {
  [ -x configure ] || autoreconf -fi
  ./configure
  build_with_bear make -j "$jobs" all sizes testapp timedrun
}
