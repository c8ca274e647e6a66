# Language, warnings and sanitizers, for every target alike.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(COMITY_SANITIZE "" CACHE STRING "Sanitizers, comma-separated: address,undefined or thread")
option(COMITY_UNITY "Compile a room's files a dozen at a time: from nothing in half the time, after a change more slowly" OFF)
option(COMITY_FUZZ "Build the libFuzzer targets (clang)" OFF)

# The same code model everywhere, or libraries and programs could not share one precompiled header.
add_compile_options(-fPIE)
add_link_options(-pie)
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align
                    -Wunused -Wformat=2 -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wthread-safety)
endif()
if(COMITY_SANITIZE)
  add_compile_options(-fsanitize=${COMITY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${COMITY_SANITIZE})
endif()
if(COMITY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# ccache sees through worktrees and clean checkouts: paths are made relative to the source folder.
find_program(COMITY_CCACHE ccache)
if(COMITY_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${CMAKE_SOURCE_DIR};CCACHE_NOHASHDIR=1;CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime;${COMITY_CCACHE}")
endif()
