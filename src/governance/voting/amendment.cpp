#include "governance/voting/amendment.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "crypto/sha256.h"
#include "governance/consultation/diff.h"
#include "governance/forms.h"
#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxEdits = 200;
constexpr std::size_t kMaxNote = 10'000;

auto place_of(const Edit& edit) {
    return std::tuple(std::string_view(edit.language), !edit.in_title, edit.at, edit.quote.size());
}

bool in_each_others_way(const Edit& one, const Edit& other) {
    if (one.language != other.language || one.in_title != other.in_title || one == other) return false;
    if (one.quote.empty() && other.quote.empty()) return one.at == other.at;
    if (one.quote.empty()) return one.at > other.at && one.at < other.end();
    if (other.quote.empty()) return other.at > one.at && other.at < one.end();
    return std::max(one.at, other.at) < std::min(one.end(), other.end());
}

Result<Edit> read_edit(const json::Value& value, const std::string& path) {
    static constexpr std::array<std::string_view, 2> kParts = {"title", "text"};
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    Edit edit;
    COMITY_TRY(edit.language, word_of(fields, "language", kLanguages));
    COMITY_TRY(const std::string part, optional_word_of(fields, "in", kParts));
    edit.in_title = part == "title";
    COMITY_TRY(const std::int64_t at, fields.integer("at", 0, kMaxProposalText));
    edit.at = static_cast<std::size_t>(at);
    COMITY_TRY(const auto quote, fields.optional_text("quote", 0, kMaxProposalText));
    edit.quote = quote.value_or("");
    COMITY_TRY(const auto text, fields.optional_text("text", 0, kMaxProposalText));
    edit.text = text.value_or("");
    COMITY_CHECK(fields.nothing_else());
    if (edit.quote == edit.text) {
        return invalid(path, "changes nothing", "give the passage that goes (quote) and what comes (text)");
    }
    return edit;
}

std::string passage_of(const Edit& edit) {
    const std::string_view passage = edit.quote.empty() ? edit.text : edit.quote;
    std::size_t end = std::min<std::size_t>(passage.size(), 60);
    while (end < passage.size() && (static_cast<unsigned char>(passage[end]) & 0xc0) == 0x80) --end;
    return fmt::format("\"{}\" at byte {} of the {} in \"{}\"", passage.substr(0, end), edit.at,
                       edit.in_title ? "title" : "text", edit.language);
}

// Does the passage stand there, and does the edit begin with a whole character?
bool fits(const Edit& edit, std::string_view text) {
    return edit.at <= text.size() && text.substr(edit.at, edit.quote.size()) == edit.quote &&
           (edit.at == text.size() || (static_cast<unsigned char>(text[edit.at]) & 0xc0) != 0x80);
}

// Edits of one text, by place.
Result<std::string> edited(std::string_view text, std::span<const Edit* const> edits, std::size_t max) {
    std::string out;
    std::size_t from = 0;
    for (const Edit* edit : edits) {
        if (!fits(*edit, text)) return conflict(passage_of(*edit), "does not stand there");
        out.append(text.substr(from, edit->at - from)).append(edit->text);
        from = edit->end();
    }
    out.append(text.substr(from));
    if (out.empty()) return conflict(passage_of(*edits.front()), "would leave nothing");
    if (out.size() > max) {
        return conflict(passage_of(*edits.front()), fmt::format("would make it longer than {} bytes", max));
    }
    return out;
}

}  // namespace

Result<AmendmentBody> parse_amendment(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    AmendmentBody amendment;
    COMITY_TRY(amendment.version, digest_of(fields, "version"));
    COMITY_TRY(const json::Array* edits, fields.array("edits", 1, kMaxEdits));
    for (std::size_t i = 0; i < edits->size(); ++i) {
        COMITY_TRY(Edit edit, read_edit((*edits)[i], fmt::format("body.edits[{}]", i)));
        amendment.edits.push_back(std::move(edit));
    }
    std::ranges::sort(amendment.edits, {}, place_of);
    for (std::size_t i = 1; i < amendment.edits.size(); ++i) {
        const Edit& before = amendment.edits[i - 1];
        const Edit& edit = amendment.edits[i];
        if (before == edit || in_each_others_way(before, edit)) {
            return invalid("body.edits", fmt::format("{} is edited twice", passage_of(edit)),
                           "make one edit of the two");
        }
    }
    COMITY_TRY(const auto note, fields.optional_text("note", 1, kMaxNote));
    amendment.note = note.value_or("");
    COMITY_CHECK(fields.nothing_else());
    return amendment;
}

json::Array edits_json(const std::vector<Edit>& edits) {
    json::Array list;
    for (const Edit& edit : edits) {
        json::Object form{{"language", edit.language}};
        if (edit.in_title) form["in"] = "title";
        form["at"] = static_cast<std::int64_t>(edit.at);
        if (!edit.quote.empty()) form["quote"] = edit.quote;
        if (!edit.text.empty()) form["text"] = edit.text;
        list.push_back(std::move(form));
    }
    return list;
}

json::Object amendment_json(const AmendmentBody& amendment) {
    json::Object form{{"version", amendment.version.hex()}, {"edits", edits_json(amendment.edits)}};
    if (!amendment.note.empty()) form["note"] = amendment.note;
    return form;
}

std::optional<EditConflict> conflict_of(const AmendmentBody& one, const AmendmentBody& other) {
    for (const Edit& edit : one.edits) {
        for (const Edit& against : other.edits) {
            if (in_each_others_way(edit, against)) return EditConflict{edit, against};
        }
    }
    return std::nullopt;
}

Result<ProposalBody> amended(const ProposalBody& version, std::span<const AmendmentBody* const> amendments) {
    std::vector<const Edit*> edits;
    for (std::size_t i = 0; i < amendments.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (const auto found = conflict_of(*amendments[i], *amendments[j])) {
                return conflict(passage_of(found->one),
                                fmt::format("is in the way of {}", passage_of(found->other)));
            }
        }
        for (const Edit& edit : amendments[i]->edits) edits.push_back(&edit);
    }
    std::ranges::sort(edits, {}, [](const Edit* edit) { return place_of(*edit); });
    const auto same = std::ranges::unique(edits, [](const Edit* a, const Edit* b) { return *a == *b; });
    edits.erase(same.begin(), same.end());

    ProposalBody result = version;
    result.previous.reset();
    result.note.clear();
    result.amendments.clear();
    for (auto at = edits.begin(); at != edits.end();) {
        const Edit& first = **at;
        const auto end = std::find_if(at, edits.end(), [&](const Edit* edit) {
            return edit->language != first.language || edit->in_title != first.in_title;
        });
        const auto text = std::ranges::find(result.texts, first.language, &ProposalText::language);
        if (text == result.texts.end())
            return conflict(passage_of(first), "there is no text in that language");
        std::string& into = first.in_title ? text->title : text->text;
        COMITY_TRY(into,
                   edited(into, std::span(at, end), first.in_title ? kMaxProposalTitle : kMaxProposalText));
        at = end;
    }
    return result;
}

Digest content_digest(const ProposalBody& version) {
    std::string bytes = "comity governance.texts/v1\n";
    std::vector<const ProposalText*> texts;
    for (const ProposalText& text : version.texts) texts.push_back(&text);
    std::ranges::sort(texts, {}, [](const ProposalText* text) { return std::string_view(text->language); });
    for (const ProposalText* text : texts) {
        bytes += fmt::format("{} {} {} {}\n{}\n{}\n", text->language,
                             text->authentic ? "authentic" : "translation", text->title.size(),
                             text->text.size(), text->title, text->text);
    }
    return crypto::sha256(as_bytes(bytes));
}

std::vector<Edit> edits_between(std::string_view before, std::string_view after, const std::string& language,
                                bool in_title) {
    std::vector<Edit> edits;
    std::size_t at = 0;
    bool open = false;         // the last edit goes on
    std::string_view between;  // white space since it, which is no reason to begin another
    for (const TextChange& change : text_changes(before, after)) {
        const std::string_view text = change.text;
        if (change.kind == TextChange::Kind::kSame) {
            const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
            open = open && blank;
            between = open ? before.substr(at, text.size()) : std::string_view();
            at += text.size();
            continue;
        }
        if (!open) edits.push_back({language, in_title, at, {}, {}});
        Edit& edit = edits.back();
        edit.quote += between;
        edit.text += between;
        between = {};
        if (change.kind == TextChange::Kind::kRemoved) {
            edit.quote += text;
            at += text.size();
        } else {
            edit.text += text;
        }
        open = true;
    }
    return edits;
}

}  // namespace comity::governance
