#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/output.h"
#include "intelligence/stix/validate.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxDocument = 1u << 30;  // bytes

struct IntelValidateOptions {
    std::vector<std::string> files;
    bool strict = false;
};

json::Object form_of(const intelligence::Verdict& verdict) {
    json::Object form{{"index", verdict.index}, {"id", verdict.id}};
    if (verdict.error) form["error"] = verdict.error->message();
    json::Array advice;
    for (const intelligence::Advice& one : verdict.advice)
        advice.push_back(json::Object{{"where", one.where}, {"what", one.what}, {"rule", one.rule}});
    if (!advice.empty()) form["advice"] = std::move(advice);
    return form;
}

void print(Context& context, const std::string& file, const intelligence::Validation& validation) {
    for (const intelligence::Verdict& verdict : validation.verdicts) {
        if (verdict.error) {
            context.err << fmt::format("{}: object {}: {}\n", file, verdict.index + 1,
                                       printable(verdict.error->message()));
        }
        for (const intelligence::Advice& one : verdict.advice) {
            context.err << fmt::format("{}: object {}: advice: {}: {} ({})\n", file, verdict.index + 1,
                                       printable(one.where), printable(one.what), one.rule);
        }
    }
    context.out << fmt::format("{}: {} objects, {} valid, {} not", file, validation.objects,
                               validation.objects - validation.wrong, validation.wrong);
    if (validation.advice != 0) context.out << fmt::format(", {} pieces of advice", validation.advice);
    context.out << '\n';
}

Result<void> validate(Context& context, const IntelValidateOptions& options) {
    json::Array forms;
    std::size_t wrong = 0;
    for (const std::string& path : options.files) {
        const std::string file = path == "-" ? "standard input" : path;
        COMITY_TRY(const std::string document, read_file(context, path, kMaxDocument));
        const auto validation = intelligence::validate(document, options.strict);
        if (!validation) return within(file, validation.error());
        wrong += validation->wrong;
        if (!context.json) {
            print(context, file, *validation);
            continue;
        }
        json::Array verdicts;
        for (const intelligence::Verdict& verdict : validation->verdicts)
            verdicts.push_back(form_of(verdict));
        forms.push_back(json::Object{{"file", file},
                                     {"objects", validation->objects},
                                     {"wrong", validation->wrong},
                                     {"advice", validation->advice},
                                     {"verdicts", std::move(verdicts)}});
    }
    if (context.json) print_json(context, forms);
    if (wrong != 0)
        return invalid("", fmt::format("{} {} not hold to the specification", wrong,
                                       wrong == 1 ? "object does" : "objects do"));
    return {};
}

}  // namespace

void add_intel_validate(Command& intel, Context& context) {
    auto options = std::make_shared<IntelValidateOptions>();
    Command command = intel.add_command(
        {.name = "validate",
         .summary = "Hold STIX objects to the specification",
         .description = "FILE is a STIX bundle or object, of version 2.1 or 2.0. Each object is held to what "
                        "the specification says "
                        "MUST be, for itself: the same that sharing holds it to. With --strict it also tells "
                        "what SHOULD be "
                        "otherwise, as advice. Returns 1 where an object breaks a MUST.",
         .examples = {{"comity intel validate bundle.json", ""},
                      {"comity intel validate *.json --strict --json", "with advice, for programs"}}});
    command.add_option("FILE", options->files, "Bundles or objects (- for standard input)").required();
    command.add_flag("--strict", options->strict, "Also tell what should be otherwise");
    command.on_run(context, [options](Context& c) { return validate(c, *options); });
}

}  // namespace comity::cli
