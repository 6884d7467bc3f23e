# Every program on a page of docs/runtime is compiled and run.
get_filename_component(pages ${CMAKE_CURRENT_SOURCE_DIR}/../../docs/runtime ABSOLUTE)
file(GLOB pages CONFIGURE_DEPENDS ${pages}/*.md)
set(docs_flags)
if(SPAWNLINT_SANITIZE)
  set(docs_flags "-fsanitize=${SPAWNLINT_SANITIZE} -fno-sanitize=integer-divide-by-zero")
endif()
foreach(page ${pages})
  get_filename_component(name ${page} NAME_WE)
  file(STRINGS ${page} blocks REGEX "^```c")
  if(blocks)
    add_test(NAME rh/docs_${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/docs.sh ${page} $<TARGET_FILE:rh_static>
      ${CMAKE_CURRENT_SOURCE_DIR}/../include ${CMAKE_C_COMPILER} ${CMAKE_CXX_COMPILER} ${docs_flags})
    set_tests_properties(rh/docs_${name} PROPERTIES TIMEOUT 120)
  endif()
endforeach()

add_test(NAME rh/compare COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/compare.sh
  ${CMAKE_CURRENT_SOURCE_DIR}/../../docs/runtime/compare.md ${CMAKE_CURRENT_SOURCE_DIR})
