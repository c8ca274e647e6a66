# comity_web_assets: the page (web/dist, made by `npm ci && npm run build` in web/) inside the program. Without web/dist the
# library holds one plain page that says how to build it, so C++ needs no npm.
set(COMITY_WEB_DIST "${CMAKE_SOURCE_DIR}/web/dist" CACHE PATH "The built page")

# Seen again at each build: the library follows the page when it is built or rebuilt.
file(GLOB_RECURSE web_files CONFIGURE_DEPENDS LIST_DIRECTORIES false "${COMITY_WEB_DIST}/*")
set(web_root "${COMITY_WEB_DIST}")
if(NOT EXISTS "${COMITY_WEB_DIST}/index.html")
  set(web_root "${CMAKE_SOURCE_DIR}/web/unbuilt")
  file(GLOB_RECURSE web_files CONFIGURE_DEPENDS "${web_root}/*")
endif()

set(web_out "${CMAKE_CURRENT_BINARY_DIR}/web")
add_custom_command(
  OUTPUT "${web_out}/assets.cpp" "${web_out}/assets.S"
  COMMAND "${CMAKE_COMMAND}" "-DROOT=${web_root}" "-DOUT=${web_out}" -P "${CMAKE_SOURCE_DIR}/cmake/EmbedWeb.cmake"
  DEPENDS ${web_files} "${CMAKE_SOURCE_DIR}/cmake/EmbedWeb.cmake"
  COMMENT "Embedding the page"
  VERBATIM)
add_library(comity_web_assets STATIC "${web_out}/assets.cpp" "${web_out}/assets.S")
target_include_directories(comity_web_assets PUBLIC "${CMAKE_SOURCE_DIR}/src")
