# spawnlint_embed(NAME FILE): generated/NAME, which holds FILE's bytes as a list for a char array's initialiser.
function(spawnlint_embed name file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/${name} CONTENT "${bytes}\n")
endfunction()
