#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/speak.h"
#include "intelligence/collection.h"

namespace comity::cli {

namespace {

struct CollectionCreateOptions {
    std::string root;
    std::string title;
    std::string alias;
    std::string description;
    std::vector<std::string> types;
    std::vector<std::string> authors;
    std::vector<std::string> posters;
    std::vector<std::string> poster_groups;
    std::string posted;
    AudienceOptions audience;
};

Result<void> create(Context& context, const CollectionCreateOptions& options) {
    intelligence::CollectionBody body;
    body.id = intelligence::new_collection_id();
    body.root = options.root;
    body.title = options.title;
    body.alias = options.alias;
    body.description = options.description;
    if (!options.types.empty() || !options.authors.empty()) body.filter = {options.types, options.authors};
    if (!options.posters.empty() || !options.poster_groups.empty())
        body.posting = {options.posters, options.poster_groups};
    if (!options.posted.empty()) {
        COMITY_TRY(const ledger::Tlp label, ledger::parse_tlp(options.posted));
        body.audience = ledger::Audience{label, {}, {}, {}};
    }
    json::Object form = intelligence::collection_json(body);
    if (auto checked = intelligence::parse_collection(form); !checked)
        return std::unexpected(std::move(checked).error());
    COMITY_TRY(ledger::Audience audience, audience_of(options.audience, "green"));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_CHECK(check_audience(*source, {ledger::Tlp::kAmber, options.posters, options.poster_groups, {}},
                                {"--poster", "--poster-group", ""}));
    COMITY_CHECK(check_audience(*source, {ledger::Tlp::kAmber, options.authors, {}, {}}, {"--from", "", ""}));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(
        const Submitted submitted,
        say(context, *source, member,
            {.type = std::string(intelligence::kCollection), .audience = std::move(audience), .body = form}));
    if (context.json) {
        form["statement"] = submitted.id.hex();
        print_json(context, form);
        return {};
    }
    context.out << body.id.text() << "\n";
    context.err << fmt::format("Made: over TAXII at /taxii2/{}/collections/{}/\n", body.root, body.id.text());
    return {};
}

}  // namespace

void add_collection_create(Command& collection, Context& context) {
    auto options = std::make_shared<CollectionCreateOptions>();
    Command command = collection.add_command(
        {.name = "create",
         .summary = "Make a collection",
         .description =
             "A collection holds what is posted into it over TAXII and, with --type or --from, what else was "
             "shared of these types and by these members. It stands under an API root, which is made with "
             "its first collection.\n\n"
             "Without --tlp every member sees it. What is posted into it has the same audience, or that of "
             "--posted; an object's own TLP marking can make that narrower.",
         .examples = {
             {"comity collection create --root drills --title \"Exercise 2027\" --as cert-ke", ""},
             {"comity collection create --root feeds --title Phishing --type indicator --from cert-ke", ""},
             {"comity collection create --root hunts --title Hunts --group cert-ke/responders", ""}}});
    command.add_option("--root", options->root, "The API root: a-z, 0-9 and -").required().type_name("NAME");
    command.add_option("--title", options->title, "What people call it").required().type_name("TEXT");
    command.add_option("--alias", options->alias, "A name for its address").type_name("NAME");
    command.add_option("--description", options->description, "What it is about").type_name("TEXT");
    command.add_option("--type", options->types, "STIX types that it takes in (repeat)").type_name("TYPE");
    command.add_option("--from", options->authors, "Members whose shares it takes in (repeat)")
        .type_name("MEMBER");
    command.add_option("--poster", options->posters, "Who may post; without: every member (repeat)")
        .type_name("MEMBER");
    command.add_option("--poster-group", options->poster_groups, "A group that may post (repeat)")
        .type_name("OWNER/NAME");
    command.add_option("--posted", options->posted, "The TLP label of what is posted")
        .one_of({"clear", "green"});
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return create(c, *options); });
}

}  // namespace comity::cli
