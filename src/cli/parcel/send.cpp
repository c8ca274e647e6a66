#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "crypto/sha256.h"
#include "federation/parcel.h"

namespace comity::cli {

namespace {

struct ParcelSendOptions {
    std::string file;
    std::vector<std::string> readers;
    std::string type = "application/octet-stream";
    AudienceOptions audience;
};

// The keys that the member itself holds and that count: one that a node holds would let its operator read.
Result<std::vector<crypto::PublicKey>> keys_of(Source& source, const std::string& member) {
    COMITY_TRY(const json::Object form, source.member(member));
    std::vector<crypto::PublicKey> keys;
    if (const json::Value* list = form.if_contains("keys"); list != nullptr && list->is_array()) {
        for (const json::Value& one : list->get_array()) {
            if (!one.is_object()) continue;
            const json::Object& key = one.get_object();
            if (!field(key, "until").empty() || field(key, "custody") == "true" || key.contains("powers"))
                continue;
            COMITY_TRY(const crypto::NamedKey parsed, crypto::parse_public_key(field(key, "key")));
            keys.push_back(parsed.key);
        }
    }
    if (keys.empty()) {
        return refused(member, "has no key that it holds itself: nothing can be sealed to it",
                       "let it add one: comity member add-key");
    }
    return keys;
}

Result<void> send(Context& context, const ParcelSendOptions& options) {
    COMITY_TRY(const std::string bytes, read_file(context, options.file, ledger::kMaxSubmissionSize / 2));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    std::vector<std::string> readers = options.readers;
    std::ranges::sort(readers);
    readers.erase(std::unique(readers.begin(), readers.end()), readers.end());
    std::vector<crypto::PublicKey> keys;
    for (const std::string& reader : readers) {
        COMITY_TRY(const auto some, keys_of(*source, reader));
        keys.insert(keys.end(), some.begin(), some.end());
    }
    const std::string name =
        options.file == "-" ? "parcel" : std::filesystem::path(options.file).filename().string();
    COMITY_TRY(const Bytes sealed, federation::seal_parcel({name, options.type, bytes}, keys));
    COMITY_TRY(ledger::Audience audience, audience_of(options.audience, "green"));
    json::Array list;
    for (std::string& reader : readers) list.emplace_back(std::move(reader));
    Saying saying{.type = std::string(federation::kParcel),
                  .audience = std::move(audience),
                  .body = {{"readers", std::move(list)}}};
    saying.attachments.push_back(
        {crypto::sha256(sealed), sealed.size(), std::string(federation::kSealedType), "sealed"});
    saying.attached.emplace_back(as_text(sealed));
    COMITY_TRY(const Submitted submitted, say(context, *source, member, std::move(saying)));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_parcel_send(Command& parcel, Context& context) {
    auto options = std::make_shared<ParcelSendOptions>();
    Command command = parcel.add_command(
        {.name = "send",
         .summary = "Seal a file so that some members alone can open it, and send it",
         .description = "The file is sealed here, to the keys that the readers hold themselves, with its "
                        "name. Nodes carry it for those whom the audience names (--tlp, --to, --group; every "
                        "member where nothing is said), and cannot read it. Seen by these are its author, "
                        "its readers and its size. Name yourself as a reader to open it again.",
         .examples = {{"comity parcel send list.csv --for cert-fr --for cert-no", ""},
                      {"comity parcel send list.csv --for cert-fr --tlp amber --to cert-fr",
                       "carried for it alone"}}});
    command.add_option("FILE", options->file, "What is sent (- for standard input)").required();
    command.add_option("--for", options->readers, "A member that can open it (repeat)")
        .type_name("MEMBER")
        .required();
    command.add_option("--type", options->type, "Its media type").type_name("TYPE");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return send(c, *options); });
}

}  // namespace comity::cli
