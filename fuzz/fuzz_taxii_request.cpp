// A TAXII request's filters: the first line of the input is the query, the second an Accept header, the third
// a `next`.
#include "api/taxii/media.h"
#include "api/taxii/next.h"
#include "api/taxii/parameters.h"
#include "fuzz/target.h"
#include "http/parse.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const std::size_t first = std::min(text.find('\n'), text.size());
    const std::string_view after = text.substr(std::min(first + 1, text.size()));
    const std::size_t second = std::min(after.find('\n'), after.size());
    http::Request request;
    request.raw_query = text.substr(0, first);
    const std::string_view next = after.substr(std::min(second + 1, after.size()));
    api::taxii::accepts_taxii(after.substr(0, second));

    static const api::taxii::NextSigner signer(*crypto::SecretKey::from_seed(Bytes(32, 2)));
    auto pairs = http::parse_query(request.raw_query);
    if (!pairs) return 0;
    request.query = *std::move(pairs);
    for (const auto filters :
         {api::taxii::Filters::kObjects, api::taxii::Filters::kObject, api::taxii::Filters::kVersions}) {
        const auto parameters = api::taxii::read_parameters(request, filters);
        if (!parameters) {
            hold(parameters.error().kind == ErrorKind::kInvalid && !parameters.error().where.empty(),
                 "an error names the parameter");
            continue;
        }
        hold(parameters->limit >= 1 && parameters->limit <= api::taxii::kMaxLimit, "a page has a size");
        const Time last = Time::from_seconds(1'760'000'000);
        const std::string signed_next = signer.sign(last, parameters->bound_to);
        hold(signer.open(signed_next, parameters->bound_to) == last, "a next that was signed here opens");
        hold(!signer.open(signed_next, parameters->bound_to + " "), "for its own request only");
        if (const auto opened = signer.open(next, parameters->bound_to)) {
            hold(signer.sign(*opened, parameters->bound_to) == next, "no next opens but a signed one");
        }
    }
    return 0;
}
