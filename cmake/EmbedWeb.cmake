# cmake -DROOT=<page> -DOUT=<folder> -P EmbedWeb.cmake
# Compresses each file of the page and writes the table of them (src/web/assets.h): assets.S takes in the bytes, assets.cpp
# names them. The same files give the same output.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${OUT}")
file(MAKE_DIRECTORY "${OUT}")
file(GLOB_RECURSE files LIST_DIRECTORIES false RELATIVE "${ROOT}" "${ROOT}/*")
list(SORT files)

set(types
  html text/html js text/javascript css text/css txt text/plain svg image/svg+xml json application/json png image/png
  webmanifest application/manifest+json woff2 font/woff2 ico image/x-icon)

set(assembly ".section .note.GNU-stack,\"\",%progbits\n.section .rodata\n")
set(declarations "")
set(table "")
set(number 0)
foreach(file IN LISTS files)
  set(gzip "${OUT}/${number}.gz")
  execute_process(COMMAND gzip -9 -n -c "${ROOT}/${file}" OUTPUT_FILE "${gzip}" COMMAND_ERROR_IS_FATAL ANY)
  file(SHA256 "${ROOT}/${file}" digest)
  string(SUBSTRING "${digest}" 0 32 etag)
  file(SIZE "${ROOT}/${file}" plain_size)
  file(SIZE "${gzip}" gzip_size)
  string(REGEX REPLACE ".*\\." "" extension "${file}")
  list(FIND types "${extension}" place)
  set(type "application/octet-stream")
  if(NOT place EQUAL -1)
    math(EXPR place "${place} + 1")
    list(GET types ${place} type)
  endif()
  if(type MATCHES "^text/")
    string(APPEND type "; charset=utf-8")
  endif()
  # Vite puts what it names by content into assets/.
  set(immutable false)
  if(file MATCHES "^assets/")
    set(immutable true)
  endif()
  set(path "/${file}")
  if(file STREQUAL "index.html")
    set(path "/")
  endif()
  string(APPEND assembly ".global comity_web_asset_${number}\ncomity_web_asset_${number}:\n.incbin \"${gzip}\"\n")
  string(APPEND declarations "extern \"C\" const std::uint8_t comity_web_asset_${number}[];\n")
  string(APPEND table "    {.path = \"${path}\", .type = \"${type}\", .etag = \"\\\"${etag}\\\"\",\n     "
    ".gzip = {comity_web_asset_${number}, ${gzip_size}}, .plain_size = ${plain_size}, .immutable = ${immutable}},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE "${OUT}/assets.S" "${assembly}")
file(WRITE "${OUT}/assets.cpp"
"// Made by cmake/EmbedWeb.cmake.
#include \"web/assets.h\"

${declarations}
namespace comity::web {
namespace {
const Asset kAssets[] = {
${table}};
}  // namespace

std::span<const Asset> assets() { return kAssets; }

}  // namespace comity::web
")
