#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/collection/find.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/source.h"

namespace comity::cli {

namespace {

std::string names(const json::Object& form, std::string_view outer, std::string_view inner) {
    const json::Value* object = form.if_contains(outer);
    const json::Value* list = object == nullptr ? nullptr : object->as_object().if_contains(inner);
    std::string out;
    if (list == nullptr || !list->is_array()) return out;
    for (const json::Value& each : list->get_array()) {
        out +=
            (out.empty() ? "" : ", ") + (each.is_string() ? std::string(each.get_string()) : std::string());
    }
    return out;
}

Result<void> show_collection(Context& context, const std::string& name) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object form, find_collection(*source, name));
    if (context.json) {
        print_json(context, form);
        return {};
    }
    const auto line = [&](std::string_view what, const std::string& text) {
        if (!text.empty()) context.out << fmt::format("{:<14}{}\n", std::string(what) + ":", printable(text));
    };
    const auto audience = [&](std::string_view key) {
        return audience_text(json::Object{{"audience", form.at(key)}});
    };
    line("id", field(form, "id"));
    line("title", field(form, "title"));
    line("description", field(form, "description"));
    line("address", "/taxii2/" + field(form, "root") + "/collections/" + field(form, "id") + "/");
    line("alias", field(form, "alias"));
    line("owner", field(form, "owner"));
    line("seen by", audience("seen_by"));
    line("posted as", audience("audience"));
    line("types", names(form, "filter", "types"));
    line("from", names(form, "filter", "authors"));
    line("posters", form.contains("posting")
                        ? names(form, "posting", "members") + " " + names(form, "posting", "groups")
                        : "every member");
    line("statement", field(form, "statement"));
    return {};
}

}  // namespace

void add_collection_show(Command& collection, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command =
        collection.add_command({.name = "show",
                                .summary = "Show a collection",
                                .description = "",
                                .examples = {{"comity collection show exercise", "by its alias"}}});
    command.add_option("COLLECTION", *name, "Its id, a beginning of it, or its alias").required();
    add_reading_options(command, context);
    command.on_run(context, [name](Context& c) { return show_collection(c, *name); });
}

}  // namespace comity::cli
