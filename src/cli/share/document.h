// One document on its way into the community: understood, planned, said. What `comity share` does with a
// file, and with each file of a folder.
#pragma once

#include <memory>
#include <string>

#include "cli/context.h"
#include "cli/options.h"
#include "cli/source.h"
#include "intelligence/import/plan.h"
#include "intelligence/indicator/bundle.h"

namespace comity::cli {

struct ShareOptions {
    std::string file;
    AudienceOptions audience;
    std::string title;
    std::string format;
    std::string columns;
    bool plain = false;
    bool dry_run = false;
    bool skip = false;
};

// In whose name, where to, for whom.
struct Sharing {
    std::unique_ptr<Source> source;
    std::string member;
    intelligence::Sharer sharer;
    ledger::Audience audience;
};
Result<Sharing> open_sharing(Context& context, const ShareOptions& options);

// `kind` where the options name none; nothing: told by its content. Errors name `file`.
Result<intelligence::Understanding> understand(Context& context, const ShareOptions& options,
                                               const Sharing& sharing, const std::string& file,
                                               std::string_view text,
                                               std::optional<intelligence::InputKind> kind = {});
Result<intelligence::SharePlan> plan(const Sharing& sharing, const intelligence::Understanding& understood);

// One statement for each of the plan's audiences. `form` is what preview_json() made of it: it gets the
// statements' ids, the first one's also at its top. Without --json each is told as it is said.
Result<void> say_all(Context& context, const Sharing& sharing, const std::string& title,
                     intelligence::SharePlan plan, json::Object& form);

}  // namespace comity::cli
