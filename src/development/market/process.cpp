#include "development/market/process.h"

#include <algorithm>

namespace comity::development {
namespace {

const json::Object* object_of(const json::Object& object, std::string_view name) {
    const json::Value* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

std::string_view text_of(const json::Object* object, std::string_view name) {
    const json::Value* value = object == nullptr ? nullptr : object->if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

template <typename Each>
void for_each(const json::Object* object, std::string_view name, const Each& each) {
    const json::Value* value = object == nullptr ? nullptr : object->if_contains(name);
    if (value == nullptr || !value->is_array()) return;
    for (const json::Value& item : value->get_array())
        if (item.is_object()) each(item.get_object());
}

Bid read_bid(const json::Object& source) {
    Bid bid{
        .status = text_of(&source, "status"), .date = text_of(&source, "date"), .price = {}, .tenderers = {}};
    if (const json::Object* value = object_of(source, "value")) {
        const json::Value* amount = value->if_contains("amount");
        const std::string_view currency = text_of(value, "currency");
        if (amount != nullptr && amount->is_number() && !currency.empty())
            bid.price = Price{amount->to_number<double>(), currency};
    }
    for_each(&source, "tenderers", [&](const json::Object& each) {
        ++bid.named;
        if (const std::string_view id = text_of(&each, "id"); !id.empty()) bid.tenderers.push_back(id);
    });
    return bid;
}

Award read_award(const json::Object& source) {
    Award award{.status = text_of(&source, "status"), .suppliers = {}, .named = 0, .classes = {}};
    for_each(&source, "suppliers", [&](const json::Object& each) {
        ++award.named;
        if (const std::string_view id = text_of(&each, "id"); !id.empty()) award.suppliers.push_back(id);
    });
    for_each(&source, "items", [&](const json::Object& each) {
        const std::string_view id = text_of(object_of(each, "classification"), "id");
        if (!id.empty()) award.classes.push_back(id);
    });
    return award;
}

}  // namespace

bool Process::awards_final() const {
    return std::ranges::all_of(awards, [](const Award& each) {
        return each.status == "active" || each.status == "cancelled" || each.status == "unsuccessful";
    });
}

std::vector<const Award*> Process::active_awards() const {
    std::vector<const Award*> out;
    for (const Award& each : awards)
        if (each.status == "active") out.push_back(&each);
    return out;
}

Process read_process(const json::Object& release) {
    Process out;
    out.ocid = text_of(&release, "ocid");
    const json::Object* tender = object_of(release, "tender");
    out.method = text_of(tender, "procurementMethod");
    out.method_details = text_of(tender, "procurementMethodDetails");
    out.tender_status = text_of(tender, "status");
    if (tender != nullptr) {
        const json::Object* period = object_of(*tender, "tenderPeriod");
        out.period_start = text_of(period, "startDate");
        out.period_end = text_of(period, "endDate");
        out.procuring_entity = text_of(object_of(*tender, "procuringEntity"), "id");
        const json::Value* number = tender->if_contains("numberOfTenderers");
        if (number != nullptr && number->is_int64()) out.tenderers = number->get_int64();
    }
    out.buyer = text_of(object_of(release, "buyer"), "id");
    for_each(object_of(release, "bids"), "details",
             [&](const json::Object& each) { out.bids.push_back(read_bid(each)); });
    for_each(&release, "awards", [&](const json::Object& each) { out.awards.push_back(read_award(each)); });
    return out;
}

}  // namespace comity::development
