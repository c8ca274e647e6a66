// The OpenAPI 3.1 document of /api/v1: src/api/rest/openapi.json, built into the program.
#pragma once

#include <string_view>

namespace comity::api::rest {

std::string_view openapi_document();

}  // namespace comity::api::rest
