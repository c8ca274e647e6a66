// The configuration: what parses is documented, and the document parses to the same configuration.
#include "fuzz/target.h"
#include "node/config.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::filesystem::path folder = "/var/lib/comity";
    const auto config = node::parse_config(fuzz::text_of(data, size), "comity.toml", folder);
    if (!config) {
        hold(!config.error().what.empty(), "an error says what");
        return 0;
    }
    const std::string documented = node::documented_config(*config);
    const auto again = node::parse_config(documented, "comity.toml", folder);
    hold(again.has_value(), "the documented form parses");
    hold(node::documented_config(*again) == documented, "to the same configuration");
    hold(again->name == config->name && again->origin == config->origin &&
             again->public_url == config->public_url && again->database_url == config->database_url &&
             again->http.address == config->http.address && again->http.port == config->http.port &&
             again->session_hours == config->session_hours,
         "key for key");
    return 0;
}
