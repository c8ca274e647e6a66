#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/intel/about.h"
#include "cli/speak.h"
#include "crypto/random.h"

namespace comity::cli {

namespace {

struct IntelSightOptions {
    std::string id;
    std::int64_t count = 1;
    AudienceOptions audience;
};

intelligence::Uuid random_uuid() {  // version 4
    intelligence::Uuid uuid;
    const Bytes random = crypto::random_bytes(uuid.bytes.size());
    std::ranges::copy(random, uuid.bytes.begin());
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x40);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
    return uuid;
}

Result<void> sight(Context& context, const IntelSightOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object shown, source->intel(options.id, "", {}));
    COMITY_TRY(ledger::Audience audience, audience_about(*source, options.audience, shown));
    json::Object sighting = stix_object(context, "sighting", random_uuid());
    sighting["sighting_of_ref"] = field(shown, "id");
    sighting["count"] = options.count;
    return share_about(context, *source, member, std::move(audience), sighting);
}

}  // namespace

void add_intel_sight(Command& intel, Context& context) {
    auto options = std::make_shared<IntelSightOptions>();
    Command command = intel.add_command(
        {.name = "sight",
         .summary = "Say that an object was sighted",
         .description =
             "Shares a STIX sighting of it. Sightings raise how far the object is believed, counted by "
             "member. Without --tlp those can read it who can read the object.",
         .examples = {{"comity intel sight indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f --count 3", ""}}});
    command.add_option("ID", options->id, "The object's STIX id").required();
    command.add_option("--count", options->count, "How often; default: once")
        .type_name("N")
        .range(1, 999'999'999);
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return sight(c, *options); });
}

}  // namespace comity::cli
