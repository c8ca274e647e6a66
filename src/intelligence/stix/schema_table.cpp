#include "intelligence/stix/schema_table.h"

#include <array>

namespace comity::intelligence {
namespace {

// Sorted by name.
constexpr auto kTable = std::to_array<SchemaRow>({
    {"alternate-data-stream-type", "6.7.3.2", "", "name! s, hashes h, size i"},
    {"archive-ext", "6.7.2", "", "contains_refs! [r:directory|file], comment s, version+20 s"},
    {"artifact", "6.1", "one payload_bin|url; with url hashes; with decryption_key encryption_algorithm",
     "mime_type s, payload_bin y, url s, hashes h, encryption_algorithm+21 e:encryption-algorithm, "
     "decryption_key+21 s"},
    {"attack-pattern", "4.1", "",
     "name! s, description s, aliases+21 [s], kill_chain_phases [o:kill-chain-phase]"},
    {"autonomous-system", "6.2", "", "number! i, name s, rir s"},
    {"campaign", "4.2", "first_seen<=last_seen",
     "name! s, description s, aliases [s], first_seen t, last_seen t, objective s"},
    {"course-of-action", "4.3", "", "name! s, description s"},
    {"directory", "6.3", "",
     "path! s, path_enc s, ctime+21 t, mtime+21 t, atime+21 t, contains_refs [r:directory|file], "
     "accessed+20 t"},
    {"domain-name", "6.4", "", "value! s, resolves_to_refs [r:domain-name|ipv4-addr|ipv6-addr]"},
    {"email-addr", "6.5", "", "value! s, display_name s, belongs_to_ref r:user-account"},
    {"email-message", "6.6", "",
     "is_multipart! b, date t, content_type s, from_ref r:email-addr, sender_ref r:email-addr, to_refs "
     "[r:email-addr], cc_refs [r:email-addr], bcc_refs [r:email-addr], message_id+21 s, subject s, "
     "received_lines [s], additional_header_fields d, body s, body_multipart [o:mime-part-type], "
     "raw_email_ref r:artifact"},
    {"extension-definition", "7.3", "",
     "created_by_ref! r:identity, name! s, description s, schema! s, version! s, extension_types! "
     "[e:extension-type], extension_properties [s]"},
    {"external-reference", "2.5", "any description|url|external_id",
     "source_name! s, description s, url s, hashes h, external_id s"},
    {"file", "6.7", "any hashes|name",
     "hashes h, size n, name s, name_enc s, magic_number_hex x, mime_type s, ctime+21 t, mtime+21 t, "
     "atime+21 t, parent_directory_ref r:directory, contains_refs [r:sco], content_ref r:artifact, "
     "accessed+20 t, is_encrypted+20 b, encryption_algorithm+20 s, decryption_key+20 s"},
    {"granular-marking", "7.2.3", "one@21 lang|marking_ref",
     "lang+21 l, marking_ref!20 r:marking-definition, selectors! [s]"},
    {"grouping", "4.4", "", "name s, description s, context! v:grouping-context, object_refs! [r:any]"},
    {"http-request-ext", "6.12.2", "",
     "request_method! s, request_value! s, request_version s, request_header d, message_body_length i, "
     "message_body_data_ref r:artifact"},
    {"icmp-ext", "6.12.3", "", "icmp_type_hex! x, icmp_code_hex! x"},
    {"identity", "4.5", "",
     "name! s, description s, roles+21 [s], identity_class!20 v:identity-class, sectors "
     "[v:industry-sector], contact_information s"},
    {"incident", "4.6", "", "name! s, description s, kill_chain_phases [o:kill-chain-phase]"},
    {"indicator", "4.7", "valid_from<valid_until",
     "name s, description s, indicator_types+21 [v:indicator-type], pattern! s, pattern_type!+21 "
     "v:pattern-type, pattern_version+21 s, valid_from! t, valid_until t, kill_chain_phases "
     "[o:kill-chain-phase], labels!20+20 [s]"},
    {"infrastructure", "4.8", "first_seen<=last_seen",
     "name! s, description s, infrastructure_types [v:infrastructure-type], aliases [s], "
     "kill_chain_phases [o:kill-chain-phase], first_seen t, last_seen t"},
    {"intrusion-set", "4.9", "first_seen<=last_seen",
     "name! s, description s, aliases [s], first_seen t, last_seen t, goals [s], resource_level "
     "v:attack-resource-level, primary_motivation v:attack-motivation, secondary_motivations "
     "[v:attack-motivation]"},
    {"ipv4-addr", "6.8", "",
     "value! s, resolves_to_refs [r:mac-addr], belongs_to_refs [r:autonomous-system]"},
    {"ipv6-addr", "6.9", "",
     "value! s, resolves_to_refs [r:mac-addr], belongs_to_refs [r:autonomous-system]"},
    {"kill-chain-phase", "2.10", "", "kill_chain_name! s, phase_name! s"},
    {"language-content", "7.1", "", "object_ref! r:any, object_modified t, contents! m"},
    {"location", "4.10",
     "any region|country|latitude|longitude; with latitude longitude; with longitude latitude; with "
     "precision longitude",
     "name s, description s, latitude f(-90..90), longitude f(-180..180), precision f(0..), region "
     "v:region, country s, administrative_area s, city s, street_address s, postal_code s"},
    {"mac-addr", "6.10", "", "value! s"},
    {"malware", "4.11", "first_seen<=last_seen",
     "name!20 s, description s, malware_types+21 [v:malware-type], is_family!+21 b, aliases+21 [s], "
     "kill_chain_phases [o:kill-chain-phase], first_seen+21 t, last_seen+21 t, "
     "operating_system_refs+21 [r:software], architecture_execution_envs+21 "
     "[v:processor-architecture], implementation_languages+21 [v:implementation-language], "
     "capabilities+21 [v:malware-capabilities], sample_refs+21 [r:artifact|file], labels!20+20 [s]"},
    {"malware-analysis", "4.12", "any result|analysis_sco_refs",
     "product! s, version s, host_vm_ref r:software, operating_system_ref r:software, "
     "installed_software_refs [r:software], configuration_version s, modules [s], "
     "analysis_engine_version s, analysis_definition_version s, submitted t, analysis_started t, "
     "analysis_ended t, result_name s, result v:malware-result, analysis_sco_refs [r:sco], sample_ref "
     "r:artifact|file|network-traffic"},
    {"marking-definition", "7.2", "", "definition_type!20 s, name+21 s, definition!20 m"},
    {"mime-part-type", "6.6.2", "",
     "body s, body_raw_ref r:artifact|file, content_type s, content_disposition s"},
    {"mutex", "6.11", "", "name! s"},
    {"network-traffic", "6.12", "start<=end; any src_ref|dst_ref",
     "start t, end t, is_active b, src_ref r:domain-name|ipv4-addr|ipv6-addr|mac-addr, dst_ref "
     "r:domain-name|ipv4-addr|ipv6-addr|mac-addr, src_port i(0..65535), dst_port i(0..65535), "
     "protocols! [s], src_byte_count n, dst_byte_count n, src_packets n, dst_packets n, ipfix d, "
     "src_payload_ref r:artifact, dst_payload_ref r:artifact, encapsulates_refs [r:network-traffic], "
     "encapsulated_by_ref r:network-traffic"},
    {"note", "4.13", "", "abstract s, content! s, authors [s], object_refs! [r:any]"},
    {"ntfs-ext", "6.7.3", "some", "sid s, alternate_data_streams [o:alternate-data-stream-type]"},
    {"observed-data", "4.14", "first_observed<=last_observed; one@21 objects|object_refs",
     "first_observed! t, last_observed! t, number_observed! i(1..999999999), objects!20 c, "
     "object_refs+21 [r:sro|sco]"},
    {"opinion", "4.15", "", "explanation s, authors [s], opinion! e:opinion, object_refs! [r:any]"},
    {"pdf-ext", "6.7.4", "some", "version s, is_optimized b, document_info_dict d, pdfid0 s, pdfid1 s"},
    {"process", "6.13", "some",
     "is_hidden b, pid i, created_time+21 t, cwd s, command_line s, environment_variables d, "
     "opened_connection_refs [r:network-traffic], creator_user_ref r:user-account, image_ref+21 "
     "r:file, parent_ref r:process, child_refs [r:process], name+20 s, arguments+20 [s], binary_ref+20 "
     "r:file"},
    {"raster-image-ext", "6.7.5", "some",
     "image_height i, image_width i, bits_per_pixel i, exif_tags d, image_compression_algorithm+20 s"},
    {"relationship", "5.1", "start_time<stop_time",
     "relationship_type! s, description s, source_ref! r:related, target_ref! r:related, start_time+21 "
     "t, stop_time+21 t"},
    {"report", "4.16", "",
     "name! s, description s, report_types+21 [v:report-type], published! t, object_refs! [r:any], "
     "labels!20+20 [s]"},
    {"sighting", "5.2", "first_seen<=last_seen",
     "description+21 s, first_seen t, last_seen t, count i(0..999999999), sighting_of_ref! r:sdo, "
     "observed_data_refs [r:observed-data], where_sighted_refs [r:identity|location], summary b"},
    {"socket-ext", "6.12.4", "",
     "address_family! e:network-socket-address-family, is_blocking b, is_listening b, options d, "
     "socket_type e:network-socket-type, socket_descriptor n, socket_handle i, protocol_family+20 "
     "e:protocol-family"},
    {"software", "6.14", "", "name! s, cpe s, swid+21 s, languages [s], vendor s, version s"},
    {"statement", "7.2.1.3", "", "statement! s"},
    {"tcp-ext", "6.12.5", "some", "src_flags_hex x, dst_flags_hex x"},
    {"threat-actor", "4.17", "first_seen<=last_seen",
     "name! s, description s, threat_actor_types+21 [v:threat-actor-type], aliases [s], first_seen+21 "
     "t, last_seen+21 t, roles [v:threat-actor-role], goals [s], sophistication "
     "v:threat-actor-sophistication, resource_level v:attack-resource-level, primary_motivation "
     "v:attack-motivation, secondary_motivations [v:attack-motivation], personal_motivations "
     "[v:attack-motivation], labels!20+20 [s]"},
    {"tlp", "7.2.1.4", "", "tlp! s"},
    {"tool", "4.18", "",
     "name! s, description s, tool_types+21 [v:tool-type], aliases+21 [s], kill_chain_phases "
     "[o:kill-chain-phase], tool_version s, labels!20+20 [s]"},
    {"unix-account-ext", "6.16.2", "some", "gid i, groups [s], home_dir s, shell s"},
    {"url", "6.15", "", "value! s"},
    {"user-account", "6.16", "some",
     "user_id!20 s, credential+21 s, account_login s, account_type v:account-type, display_name s, "
     "is_service_account b, is_privileged b, can_escalate_privs b, is_disabled b, account_created t, "
     "account_expires t, credential_last_changed+21 t, account_first_login t, account_last_login t, "
     "password_last_changed+20 t"},
    {"vulnerability", "4.19", "", "name! s, description s"},
    {"windows-pe-optional-header-type", "6.7.6.2", "some",
     "magic_hex x, major_linker_version i, minor_linker_version i, size_of_code n, "
     "size_of_initialized_data n, size_of_uninitialized_data n, address_of_entry_point i, base_of_code "
     "i, base_of_data i, image_base i, section_alignment i, file_alignment i, major_os_version i, "
     "minor_os_version i, major_image_version i, minor_image_version i, major_subsystem_version i, "
     "minor_subsystem_version i, win32_version_value_hex x, size_of_image n, size_of_headers n, "
     "checksum_hex x, subsystem_hex x, dll_characteristics_hex x, size_of_stack_reserve n, "
     "size_of_stack_commit n, size_of_heap_reserve n, size_of_heap_commit n, loader_flags_hex x, "
     "number_of_rva_and_sizes i, hashes h"},
    {"windows-pe-section-type", "6.7.6.3", "", "name! s, size n, entropy f, hashes h"},
    {"windows-pebinary-ext", "6.7.6", "",
     "pe_type! v:windows-pebinary-type, imphash s, machine_hex x, number_of_sections n, "
     "time_date_stamp t, pointer_to_symbol_table_hex x, number_of_symbols n, size_of_optional_header "
     "n, characteristics_hex x, file_header_hashes h, optional_header "
     "o:windows-pe-optional-header-type, sections [o:windows-pe-section-type]"},
    {"windows-process-ext", "6.13.2", "some",
     "aslr_enabled b, dep_enabled b, priority s, owner_sid s, window_title s, startup_info d, "
     "integrity_level+21 e:windows-integrity-level"},
    {"windows-registry-key", "6.17", "some",
     "key!20 s, values [o:windows-registry-value-type], modified_time+21 t, creator_user_ref "
     "r:user-account, number_of_subkeys i"},
    {"windows-registry-value-type", "6.17.2", "", "name!20 s, data s, data_type e:windows-registry-datatype"},
    {"windows-service-ext", "6.13.3", "some",
     "service_name!20 s, descriptions [s], display_name s, group_name s, start_type "
     "e:windows-service-start-type, service_dll_refs [r:file], service_type e:windows-service-type, "
     "service_status e:windows-service-status"},
    {"x509-certificate", "6.18", "some",
     "is_self_signed b, hashes h, version s, serial_number s, signature_algorithm s, issuer s, "
     "validity_not_before t, validity_not_after t, subject s, subject_public_key_algorithm s, "
     "subject_public_key_modulus s, subject_public_key_exponent i, x509_v3_extensions "
     "o:x509-v3-extensions-type"},
    {"x509-v3-extensions-type", "6.18.2", "some",
     "basic_constraints s, name_constraints s, policy_constraints s, key_usage s, extended_key_usage "
     "s, subject_key_identifier s, authority_key_identifier s, subject_alternative_name s, "
     "issuer_alternative_name s, subject_directory_attributes s, crl_distribution_points s, "
     "inhibit_any_policy s, private_key_usage_period_not_before t, private_key_usage_period_not_after "
     "t, certificate_policies s, policy_mappings s"},
});

}  // namespace

std::span<const SchemaRow> schema_table() {
    return kTable;
}

}  // namespace comity::intelligence
