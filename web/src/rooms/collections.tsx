import { useNames } from "../api/members";
import type { Collection } from "../api/types";
import { useSpeech } from "../i18n";
import { usePages } from "../load";
import { AudienceView } from "../parts/audience";
import { Code, Field, Fields, Heading, MemberLink, PagesEnd, StatementLink } from "../parts/bits";
import { address } from "../router";

function CollectionCard({ collection, names }: { collection: Collection; names: ReadonlyMap<string, string> | undefined }) {
  const heading = `collection-${collection.id}`;
  return (
    <section class="card" aria-labelledby={heading}>
      <h2 id={heading}>
        <bdi>{collection.title}</bdi>
      </h2>
      {collection.description && (
        <p class="said" dir="auto">
          {collection.description}
        </p>
      )}
      <Fields>
        <Field word="collection-owner">
          <MemberLink id={collection.owner} names={names} />
        </Field>
        <Field word="audience">
          <AudienceView audience={collection.seen_by} />
        </Field>
        <Field word="collection-address">
          <Code>{`/taxii2/${collection.root}/collections/${collection.alias ?? collection.id}/`}</Code>
        </Field>
        {collection.filter && (
          <Field word="objects">
            {[...(collection.filter.types ?? []), ...(collection.filter.authors ?? [])].map((name) => (
              <Code key={name}>{name} </Code>
            ))}
          </Field>
        )}
        <Field word="statement">
          <StatementLink id={collection.statement} />
        </Field>
      </Fields>
    </section>
  );
}

export function Collections() {
  const { t } = useSpeech();
  const names = useNames();
  const pages = usePages<Collection>("/api/v1/collections", { limit: 100 });
  return (
    <>
      <Heading title={t("room-collections")}>{t("room-collections")}</Heading>
      <p class="lead">
        {t("collections-is")} <a href={address("search")}>{t("room-search")}</a>
      </p>
      {pages.items?.map((collection) => (
        <CollectionCard key={collection.id} collection={collection} names={names} />
      ))}
      <PagesEnd pages={pages} nothing="nothing" />
    </>
  );
}
