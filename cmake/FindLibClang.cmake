# libclang 17 or newer: LibClang::LibClang and LibClang_RESOURCE_HINT. SPAWNLINT_LLVM_ROOT chooses one.
set(_roots ${SPAWNLINT_LLVM_ROOT})
foreach(_major 19 18 17 20 21 22)
  list(APPEND _roots /usr/lib/llvm-${_major} /usr/lib64/llvm${_major} /usr/local/opt/llvm@${_major})
endforeach()
find_path(LibClang_INCLUDE_DIR clang-c/Index.h HINTS ${_roots} PATH_SUFFIXES include)
find_library(LibClang_LIBRARY NAMES clang HINTS ${_roots} PATH_SUFFIXES lib)
if(NOT LibClang_INCLUDE_DIR OR NOT LibClang_LIBRARY)
  message(FATAL_ERROR "libclang 17 or newer is missing. On Debian and Ubuntu: apt install libclang-19-dev; "
    "elsewhere install LLVM's libclang with headers and give -DSPAWNLINT_LLVM_ROOT=<its prefix>.")
endif()
file(STRINGS ${LibClang_INCLUDE_DIR}/clang-c/Index.h _minor REGEX "^#define CINDEX_VERSION_MINOR")
string(REGEX MATCH "[0-9]+$" _minor "${_minor}")
if(_minor LESS 64)
  message(FATAL_ERROR "libclang at ${LibClang_LIBRARY} is older than 17 (CINDEX 0.${_minor}); on Debian: "
    "apt install libclang-19-dev, or give -DSPAWNLINT_LLVM_ROOT=<prefix of a newer LLVM>.")
endif()
if(NOT TARGET LibClang::LibClang)
  add_library(LibClang::LibClang UNKNOWN IMPORTED)
  set_target_properties(LibClang::LibClang PROPERTIES IMPORTED_LOCATION ${LibClang_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${LibClang_INCLUDE_DIR})
endif()
set(LibClang_FOUND TRUE)
