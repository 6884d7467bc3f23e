# One place for warnings and sanitizers; every target of ours links `spawnlint_flags`.
add_library(spawnlint_flags INTERFACE)
target_compile_options(spawnlint_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>)
if(SPAWNLINT_WERROR)
  target_compile_options(spawnlint_flags INTERFACE -Werror)
endif()
if(SPAWNLINT_SANITIZE)
  target_compile_options(spawnlint_flags INTERFACE -fsanitize=${SPAWNLINT_SANITIZE} -fno-omit-frame-pointer -g)
  target_link_options(spawnlint_flags INTERFACE -fsanitize=${SPAWNLINT_SANITIZE})
endif()
