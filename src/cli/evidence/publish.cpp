#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "federation/evidence.h"
#include "federation/pillar.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxPublished = 64 * 1024;

Result<void> publish(Context& context, const std::string& file) {
    COMITY_TRY(const std::string text, read_file(context, file, kMaxPublished));
    auto evidence = federation::parse_evidence(text);
    if (!evidence) return within(file, std::move(evidence).error());
    if (auto proves = federation::check_evidence(*evidence); !proves) {
        return within(file, std::move(proves).error());
    }
    return say_and_print(context, {.type = std::string(federation::kEvidenceType),
                                   .audience = for_everybody(),
                                   .body = evidence->json()});
}

}  // namespace

void add_evidence_publish(Command& evidence, Context& context) {
    auto file = std::make_shared<std::string>();
    Command command = evidence.add_command(
        {.name = "publish",
         .summary = "Publish evidence as a statement to everybody",
         .description =
             "What follows from it is for the community's rules. Evidence that proves nothing is not "
             "taken.",
         .examples = {{"comity evidence publish evidence.json", ""}}});
    command.add_option("FILE", *file, "The evidence (- for standard input)").required();
    add_signing_options(command, context);
    command.on_run(context, [file](Context& c) { return publish(c, *file); });
}

}  // namespace comity::cli
