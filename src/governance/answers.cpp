#include "governance/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "governance/charter/charter_store.h"
#include "governance/consultation/agenda.h"
#include "governance/consultation/rounds.h"
#include "governance/forms.h"
#include "governance/organs/organ_store.h"

namespace comity::governance {
namespace {

const std::string* asked_value(const AskedFor& asked, std::string_view name) {
    const auto at =
        std::ranges::find(asked, name, [](const auto& one) { return std::string_view(one.first); });
    return at == asked.end() ? nullptr : &at->second;
}

Result<std::string> asked_language(const AskedFor& asked) {
    const std::string* language = asked_value(asked, "language");
    if (language == nullptr) return std::string(kLanguages.front());
    if (std::ranges::find(kLanguages, *language) == kLanguages.end())
        return invalid("language", fmt::format("is none of {}", fmt::join(kLanguages, ", ")));
    return *language;
}

Result<bool> asked_flag(const AskedFor& asked, std::string_view name) {
    const std::string* text = asked_value(asked, name);
    if (text == nullptr || *text == "false") return false;
    if (*text == "true") return true;
    return invalid(std::string(name), "is neither true nor false");
}

Result<std::optional<ledger::Witnessed>> asked_at(const AskedFor& asked) {
    const std::string* at = asked_value(asked, "at");
    if (at == nullptr) return std::nullopt;
    auto time = parse_time(*at);
    if (!time) return within("at", time.error());
    return std::optional(time->seconds());
}

Result<CharterQuery> charter_query(const GovernanceAsking& asking, const AskedFor& asked) {
    CharterQuery query;
    query.now = asking.now;
    COMITY_TRY(query.at, asked_at(asked));
    COMITY_TRY(query.language, asked_language(asked));
    return query;
}

Result<OrganQuery> organ_query(const GovernanceAsking& asking, const AskedFor& asked) {
    OrganQuery query;
    query.now = asking.now;
    COMITY_TRY(query.at, asked_at(asked));
    COMITY_TRY(query.language, asked_language(asked));
    COMITY_TRY(query.all, asked_flag(asked, "all"));
    return query;
}

Result<RoundQuery> round_query(const GovernanceAsking& asking, const AskedFor& asked) {
    RoundQuery query;
    query.now = asking.now;
    COMITY_TRY(query.language, asked_language(asked));
    COMITY_TRY(query.open, asked_flag(asked, "open"));
    return query;
}

Result<AgendaQuery> agenda_query(const AskedFor& asked) {
    AgendaQuery query;
    COMITY_TRY(query.language, asked_language(asked));
    if (const std::string* member = asked_value(asked, "member")) {
        COMITY_CHECK(ledger::check_member_id(*member, "member"));
        query.member = *member;
    }
    if (const std::string* days = asked_value(asked, "days")) {
        const auto [end, error] = std::from_chars(days->data(), days->data() + days->size(), query.days);
        if (error != std::errc() || end != days->data() + days->size() || query.days < 1 ||
            query.days > kMaxAgendaDays) {
            return invalid("days", fmt::format("is no number from 1 to {}", kMaxAgendaDays));
        }
    }
    return query;
}

Failure no_such_list(std::string_view what) {
    return not_found(fmt::format("there is no list of {}", what));
}

}  // namespace

Result<json::Array> governance_list(const GovernanceAsking& asking, std::string_view what,
                                    const AskedFor& asked) {
    if (what == "bodies") {
        COMITY_TRY(const OrganQuery query, organ_query(asking, asked));
        return organs_answer(asking.session, asking.quorum, query);
    }
    if (what == "consultations") {
        COMITY_TRY(const RoundQuery query, round_query(asking, asked));
        return rounds_answer(asking.session, query);
    }
    if (what == "charter") {
        COMITY_TRY(const CharterQuery query, charter_query(asking, asked));
        return charter_answer(asking.session, asking.quorum, query);
    }
    if (what == "moderation") return moderation_answer(asking.session);
    if (what == "agenda") {
        COMITY_TRY(const AgendaQuery query, agenda_query(asked));
        return agenda_answer(asking, query);
    }
    return no_such_list(what);
}

Result<json::Object> governance_item(const GovernanceAsking& asking, std::string_view what,
                                     std::string_view id, const AskedFor& asked) {
    if (what == "bodies") {
        COMITY_TRY(const OrganQuery query, organ_query(asking, asked));
        return organ_answer(asking.session, asking.quorum, id, query);
    }
    if (what == "consultations") {
        COMITY_TRY(const RoundQuery query, round_query(asking, asked));
        return round_answer(asking.session, id, query);
    }
    return no_such_list(what);
}

}  // namespace comity::governance
