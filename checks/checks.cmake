# Finds the checks (checks/<id>/check.c with its doc.md) and the models; nothing is registered by hand.
set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${generated}/checks ${generated}/models)

file(GLOB spawnlint_models CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/checks/models/*.yaml)
list(SORT spawnlint_models)
set(models_list "${spawnlint_models}")
add_custom_command(OUTPUT ${generated}/models/embedded_models.c
  COMMAND ${CMAKE_COMMAND} -DOUT=${generated}/models/embedded_models.c -DKIND=models "-DFILES=${models_list}"
          -P ${CMAKE_SOURCE_DIR}/cmake/embed_checks.cmake
  DEPENDS ${spawnlint_models} ${CMAKE_SOURCE_DIR}/cmake/embed_checks.cmake VERBATIM)

# DISABLED names, one a line, what is switched off and why: `id: reason`.
set(disabled "")
if(EXISTS ${CMAKE_SOURCE_DIR}/checks/DISABLED)
  file(STRINGS ${CMAKE_SOURCE_DIR}/checks/DISABLED lines REGEX "^[a-z]")
  foreach(line ${lines})
    string(REGEX REPLACE ":.*" "" id "${line}")
    list(APPEND disabled ${id})
  endforeach()
endif()

file(GLOB check_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/checks/*/check.c)
list(SORT check_sources)
set(docs "")
set(declarations "")
set(entries "")
set(enabled_sources "")
foreach(source ${check_sources})
  get_filename_component(folder ${source} DIRECTORY)
  get_filename_component(id ${folder} NAME)
  if(id IN_LIST disabled)
    continue()
  endif()
  string(MAKE_C_IDENTIFIER ${id} symbol)
  file(GLOB own CONFIGURE_DEPENDS ${folder}/*.c)
  list(APPEND enabled_sources ${own})
  list(APPEND docs ${folder}/doc.md)
  string(APPEND declarations "extern const struct check check_${symbol};\n")
  string(APPEND entries "    &check_${symbol},\n")
endforeach()
file(GENERATE OUTPUT ${generated}/checks/check_table.c CONTENT
"/* Made by checks/checks.cmake. */
#include \"check/check.h\"

${declarations}
const struct check *const check_table[] = {
${entries}    NULL};
")
add_custom_command(OUTPUT ${generated}/checks/check_docs.c
  COMMAND ${CMAKE_COMMAND} -DOUT=${generated}/checks/check_docs.c -DKIND=docs "-DFILES=${docs}"
          -P ${CMAKE_SOURCE_DIR}/cmake/embed_checks.cmake
  DEPENDS ${docs} ${CMAKE_SOURCE_DIR}/cmake/embed_checks.cmake VERBATIM)

add_library(spawnlint_checks OBJECT ${enabled_sources} ${generated}/checks/check_table.c
  ${generated}/checks/check_docs.c ${generated}/models/embedded_models.c)
target_include_directories(spawnlint_checks PRIVATE ${CMAKE_BINARY_DIR}/fence/check)
target_compile_definitions(spawnlint_checks PRIVATE _GNU_SOURCE)
target_link_libraries(spawnlint_checks PRIVATE spawnlint_flags)
set_property(GLOBAL APPEND PROPERTY spawnlint_objects $<TARGET_OBJECTS:spawnlint_checks>)
