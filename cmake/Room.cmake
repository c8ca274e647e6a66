# comity_room(<folder> [SEPARATE] [DEPS room...] [LIBS library...])
#
# SEPARATE: its files give different things the same name in their unnamed namespaces (each command's Options), so they can't be
# compiled together (COMITY_UNITY).
#
# One library a folder of src/: all its .cpp files, the tests (*_test.cpp) left out; these make the
# test program of the room, run by ctest under the room's name. A folder in a folder is a room named
# with a slash (api/rest), a target with an underscore (comity_api_rest). A main.cpp is a program's and in no library.
function(comity_room folder)
  cmake_parse_arguments(ROOM "SEPARATE" "" "DEPS;LIBS" ${ARGN})
  string(REPLACE "/" "_" name "${folder}")
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${folder}/*.cpp"
       "${CMAKE_SOURCE_DIR}/src/${folder}/*/*.cpp")
  if(folder STREQUAL "api")
    message(FATAL_ERROR "api/ is not a room: its folders are")
  endif()
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(TRANSFORM ROOM_DEPS REPLACE "/" "_")
  list(TRANSFORM ROOM_DEPS PREPEND "comity_")
  if(sources)
    add_library(comity_${name} STATIC ${sources})
    target_precompile_headers(comity_${name} REUSE_FROM comity_pch)
    if(COMITY_UNITY AND NOT ROOM_SEPARATE)
      set_target_properties(comity_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    endif()
    set(scope PUBLIC)
  else()
    add_library(comity_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(comity_${name} ${scope} "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(comity_${name} ${scope} ${ROOM_DEPS} ${ROOM_LIBS} comity_std)
  if(tests AND COMITY_TESTS)
    add_executable(${name}_test ${tests})
    target_precompile_headers(${name}_test REUSE_FROM comity_pch)
    target_link_libraries(${name}_test PRIVATE comity_${name} comity_testing GTest::gmock GTest::gtest_main)
    add_test(NAME ${name} COMMAND ${name}_test --gtest_brief=1 WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    set_tests_properties(${name} PROPERTIES TIMEOUT 600 LABELS room)
  endif()
endfunction()
