import { type Kysely, sql } from "kysely";
import { checked, fromBody } from "./body.js";
import type { Database, Tables } from "./database.js";
import type { Review } from "./decision-records.js";
import { anyOf, requireListSize } from "./lists.js";
import { laterThan, pageOf, startOfPage } from "./page.js";
import { reviewSchema } from "./person-schemas.js";
import type { Page, PageRequest, Store } from "./store.js";

type ReviewStore = Pick<
  Store,
  "putReview" | "getReview" | "getReviews" | "listReviews" | "countOpenReviews"
>;

/** Likely duplicates that wait for somebody's decision, and those decided. */
export function reviewTable({ db, writer }: Tables): ReviewStore {
  return {
    async putReview(review) {
      const whole = checked("review", reviewSchema, review);
      await writer.run((one) => putReview(one, whole));
    },
    getReview: (reviewId) => getReview(db, reviewId),
    async getReviews(reviewIds) {
      requireListSize("review ids", reviewIds);
      const rows = await db
        .selectFrom("reviews")
        .selectAll()
        .where("review_id", "in", anyOf(reviewIds))
        .execute();
      return new Map(rows.map((row) => [row.review_id, readReview(row)]));
    },
    listReviews: (openOnly, page) => listReviews(db, openOnly, page),
    async countOpenReviews() {
      const row = await db
        .selectFrom("reviews")
        .select((select) => select.fn.countAll().as("count"))
        .where("closed", "is", null)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
  };
}

async function putReview(db: Kysely<Database>, review: Review): Promise<void> {
  const columns = {
    created_at_ms: review.createdAtMs,
    closed: review.decision === "" ? null : 1,
    body: JSON.stringify(review),
  };
  await db
    .insertInto("reviews")
    .values({ review_id: review.reviewId, ...columns })
    .onConflict((conflict) => conflict.column("review_id").doUpdateSet(columns))
    .execute();
  await db.deleteFrom("review_suspects").where("review_id", "=", review.reviewId).execute();
  // Of a decided one, too: whoever is named must be found when they are erased.
  const named = JSON.stringify(namedIn(review));
  await sql`
    INSERT INTO review_suspects SELECT value, ${review.reviewId} FROM json_each(${named})
  `.execute(db);
}

/** Every person that a review names, each once. */
function namedIn({ suspects, linkToPersonId }: Review): readonly string[] {
  const ids = new Set(suspects.map(({ personId }) => personId));
  if (linkToPersonId !== "") ids.add(linkToPersonId);
  return [...ids];
}

async function getReview(db: Kysely<Database>, reviewId: string): Promise<Review | null> {
  const row = await db
    .selectFrom("reviews")
    .selectAll()
    .where("review_id", "=", reviewId)
    .executeTakeFirst();
  return row === undefined ? null : readReview(row);
}

async function listReviews(
  db: Kysely<Database>,
  openOnly: boolean,
  page: PageRequest,
): Promise<Page<Review>> {
  const listing = openOnly ? "reviews/open" : "reviews/";
  const { after, limit } = startOfPage(listing, 2, page);
  let query = db
    .selectFrom("reviews")
    .selectAll()
    .orderBy("created_at_ms")
    .orderBy("review_id")
    .limit(limit);
  if (openOnly) query = query.where("closed", "is", null);
  if (after !== null) query = query.where(laterThan("created_at_ms", "review_id", after));
  const reviews = (await query.execute()).map(readReview);
  return pageOf(listing, page, reviews, (one) => [String(one.createdAtMs), one.reviewId]);
}

/**
 * Takes rows that are being deleted out of the reviews, open or decided, that name them. What was
 * decided stays; whom it was to link with does not.
 */
export async function forgetInReviews(
  db: Kysely<Database>,
  rowIds: readonly string[],
): Promise<void> {
  const gone = new Set(rowIds);
  const concerned = await db
    .selectFrom("review_suspects")
    .select("review_id")
    .where("person_id", "in", anyOf(rowIds))
    .groupBy("review_id")
    .execute();
  for (const { review_id } of concerned) {
    const review = await getReview(db, review_id);
    if (review === null) continue;
    await putReview(db, {
      ...review,
      suspects: review.suspects.filter(({ personId }) => !gone.has(personId)),
      linkToPersonId: gone.has(review.linkToPersonId) ? "" : review.linkToPersonId,
    });
  }
}

function readReview(row: { review_id: string; body: string }): Review {
  return fromBody("review", reviewSchema, row.body, (one) => one.reviewId === row.review_id);
}
