# Finds libclang 17 or newer: headers (clang-c/Index.h), library, resource directory.
#
# Result: imported target LibClang::LibClang, and
#   LibClang_VERSION        what the library itself says, e.g. 19.1.7
#   LibClang_RESOURCE_DIR   clang's own headers (stddef.h and so on); compiled in as the default
# Hint: -DLibClang_ROOT=/path/to/llvm names one installation and looks at no other.
#
# Headers and library are taken from one installation only: several live side by
# side on Debian, and a mix of two parses fine and then answers nonsense.

set(_libclang_minimum 17)
set(_libclang_newest 24)
set(_libclang_preferred 19)

set(_libclang_help
  "spawnlint needs libclang ${_libclang_minimum} or newer (headers and library).\n"
  "  Debian, Ubuntu:  apt-get install libclang-${_libclang_preferred}-dev   (./dev deps does it)\n"
  "  Fedora:          dnf install clang-devel\n"
  "  elsewhere:       -DLibClang_ROOT=/path/to/llvm, the directory that holds include/clang-c and lib/libclang.so")
list(JOIN _libclang_help "" _libclang_help)

# The preferred one first, since golden IR is pinned to it; then newest to oldest.
set(_libclang_roots)
if(LibClang_ROOT OR DEFINED ENV{LibClang_ROOT})
  list(APPEND _libclang_roots ${LibClang_ROOT} $ENV{LibClang_ROOT})
else()
  list(APPEND _libclang_roots /usr/lib/llvm-${_libclang_preferred})
  foreach(_v RANGE ${_libclang_newest} ${_libclang_minimum} -1)
    list(APPEND _libclang_roots /usr/lib/llvm-${_v} /usr/lib64/llvm${_v} /usr/local/opt/llvm@${_v})
  endforeach()
  list(APPEND _libclang_roots /usr/local /usr)
endif()

if(NOT LibClang_INCLUDE_DIR OR NOT LibClang_LIBRARY)
  foreach(_root IN LISTS _libclang_roots)
    unset(_libclang_inc CACHE)
    unset(_libclang_lib CACHE)
    find_path(_libclang_inc clang-c/Index.h PATHS ${_root}/include NO_DEFAULT_PATH)
    find_library(_libclang_lib NAMES clang libclang PATHS ${_root}/lib ${_root}/lib64 NO_DEFAULT_PATH)
    if(_libclang_inc AND _libclang_lib)
      set(LibClang_INCLUDE_DIR ${_libclang_inc} CACHE PATH "directory of clang-c/Index.h")
      set(LibClang_LIBRARY ${_libclang_lib} CACHE FILEPATH "libclang")
      break()
    endif()
  endforeach()
  unset(_libclang_inc CACHE)
  unset(_libclang_lib CACHE)
endif()

if(NOT LibClang_INCLUDE_DIR OR NOT LibClang_LIBRARY)
  # Say what is there, so that nobody hunts for what he thinks he has.
  file(GLOB _libclang_seen /usr/lib/llvm-*/lib/libclang.so /usr/lib/llvm-*/lib/libclang-*.so.*[0-9])
  if(_libclang_seen)
    list(JOIN _libclang_seen "\n    " _libclang_seen)
    set(_libclang_seen "\nSeen on this machine (too old, without headers, or not where LibClang_ROOT says):\n    ${_libclang_seen}")
  endif()
  if(LibClang_FIND_REQUIRED)
    message(FATAL_ERROR "libclang was not found. ${_libclang_help}${_libclang_seen}")
  endif()
  set(LibClang_FOUND FALSE)
  return()
endif()

# The library's own word for its version: headers carry none that tells 17 from 19.
if(NOT LibClang_VERSION)
  set(_libclang_probe ${CMAKE_BINARY_DIR}/CMakeFiles/libclang-probe.c)
  file(WRITE ${_libclang_probe}
    "#include <clang-c/Index.h>\n#include <stdio.h>\n"
    "int main(void) { CXIndexOptions o = {0}; (void)o; puts(clang_getCString(clang_getClangVersion())); return 0; }\n")
  if(CMAKE_CROSSCOMPILING)
    set(_libclang_says "clang version ${_libclang_minimum}.0.0 (not asked: cross compiling)")
  else()
    get_filename_component(_libclang_libdir ${LibClang_LIBRARY} DIRECTORY)
    # CXIndexOptions appeared in 17: an older header fails to compile here.
    try_run(_libclang_ran _libclang_compiled ${CMAKE_BINARY_DIR}/CMakeFiles/libclang-probe ${_libclang_probe}
      CMAKE_FLAGS -DINCLUDE_DIRECTORIES=${LibClang_INCLUDE_DIR} -DCMAKE_BUILD_RPATH=${_libclang_libdir}
      LINK_LIBRARIES ${LibClang_LIBRARY}
      COMPILE_OUTPUT_VARIABLE _libclang_error
      RUN_OUTPUT_VARIABLE _libclang_says)
    if(NOT _libclang_compiled)
      message(FATAL_ERROR "${LibClang_LIBRARY} with headers in ${LibClang_INCLUDE_DIR} cannot be used; most likely it is older "
        "than ${_libclang_minimum}. ${_libclang_help}\nThe compiler said:\n${_libclang_error}")
    endif()
  endif()
  string(REGEX MATCH "version ([0-9]+\\.[0-9]+\\.[0-9]+)" _ "${_libclang_says}")
  set(LibClang_VERSION "${CMAKE_MATCH_1}" CACHE STRING "version that libclang reports" FORCE)
endif()
if(LibClang_VERSION VERSION_LESS ${_libclang_minimum})
  message(FATAL_ERROR "libclang ${LibClang_VERSION} at ${LibClang_LIBRARY} is too old. ${_libclang_help}")
endif()

# clang's headers live beside the library: <root>/lib/clang/<major>/include.
if(NOT LibClang_RESOURCE_DIR)
  get_filename_component(_libclang_libdir ${LibClang_LIBRARY} DIRECTORY)
  string(REGEX MATCH "^[0-9]+" _libclang_major "${LibClang_VERSION}")
  foreach(_dir ${_libclang_libdir}/clang/${_libclang_major} ${_libclang_libdir}/clang/${LibClang_VERSION}
               ${_libclang_libdir}/../lib/clang/${_libclang_major} /usr/lib/clang/${_libclang_major})
    if(EXISTS ${_dir}/include/stddef.h)
      get_filename_component(_dir ${_dir} REALPATH)
      set(LibClang_RESOURCE_DIR ${_dir} CACHE PATH "clang's resource directory")
      break()
    endif()
  endforeach()
endif()
if(NOT LibClang_RESOURCE_DIR)
  message(FATAL_ERROR "libclang ${LibClang_VERSION} is there but clang's own headers (stddef.h) are not. "
    "Debian: apt-get install libclang-common-${_libclang_major}-dev; elsewhere set LibClang_RESOURCE_DIR.")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibClang
  REQUIRED_VARS LibClang_LIBRARY LibClang_INCLUDE_DIR LibClang_RESOURCE_DIR VERSION_VAR LibClang_VERSION)
mark_as_advanced(LibClang_INCLUDE_DIR LibClang_LIBRARY LibClang_VERSION LibClang_RESOURCE_DIR)

if(NOT TARGET LibClang::LibClang)
  add_library(LibClang::LibClang SHARED IMPORTED)
  set_target_properties(LibClang::LibClang PROPERTIES
    IMPORTED_LOCATION ${LibClang_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${LibClang_INCLUDE_DIR})
endif()
