#include "api/page/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <memory>
#include <string>

#include "http/gzip.h"
#include "http/parse.h"
#include "web/assets.h"

namespace comity::api::page {
namespace {

using Bytes = std::shared_ptr<const std::string>;

// An asset as it is answered, both ways.
struct File {
    web::Asset asset;
    Bytes gzip;
    Bytes plain;
};

File open(const web::Asset& asset) {
    const std::string_view packed(reinterpret_cast<const char*>(asset.gzip.data()), asset.gzip.size());
    auto plain = http::gunzip(packed, asset.plain_size);
    assert(plain && plain->size() == asset.plain_size);  // the build compressed it
    return {asset, std::make_shared<const std::string>(packed),
            std::make_shared<const std::string>(*std::move(plain))};
}

bool takes_gzip(const http::Request& request) {
    return std::ranges::any_of(request.headers, [](const auto& header) {
        return http::equal_ignoring_case(header.first, "Accept-Encoding") &&
               http::encoding_quality(header.second, "gzip") > 0;
    });
}

// Conditional requests are the server's to answer, by the ETag.
http::Response answer(const File& file, const http::Request& request) {
    const bool packed = takes_gzip(request);
    http::Response response;
    response.compressible = false;
    response.shared_body = packed ? file.gzip : file.plain;
    response.header("Content-Type", file.asset.type)
        .header("ETag", fmt::format("W/{}", file.asset.etag))  // weak: the same for both codings
        .header("Cache-Control", file.asset.immutable ? "public, max-age=31536000, immutable" : "no-cache")
        .header("Vary", "Accept-Encoding")
        .header("Content-Security-Policy", kContentSecurityPolicy)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .header("Cross-Origin-Opener-Policy", "same-origin");
    if (packed) response.header("Content-Encoding", "gzip");
    return response;
}

}  // namespace

void add_routes(http::Router& router) {
    for (const web::Asset& asset : web::assets()) {
        router.get_fast(asset.path,
                        [file = open(asset)](const http::Request& request) { return answer(file, request); });
    }
}

}  // namespace comity::api::page
