import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../src/store/store.js";
import { personContract } from "./store-persons.js";
import { placeContract } from "./store-places.js";

/** A place in which a driver keeps its data: opened, closed and opened again. */
export interface StoreHome {
  open(): Promise<Store>;
  dispose(): Promise<void>;
}

/** What a suite works with: the open store, and how to open it anew. */
export interface OpenHome {
  store(): Store;
  /** Closes the store and opens it again over the same data. */
  reopen(): Promise<Store>;
}

/** The conformance suite of the store port. Every driver passes it. */
export function storeContract(driver: string, makeHome: () => Promise<StoreHome>): void {
  describe(`${driver} keeps the contract of the store`, () => {
    let home: StoreHome;
    let store: Store;
    beforeEach(async () => {
      home = await makeHome();
      store = await home.open();
    });
    afterEach(async () => {
      await store.close();
      await home.dispose();
    });
    const open: OpenHome = {
      store: () => store,
      reopen: async () => {
        await store.close();
        store = await home.open();
        return store;
      },
    };
    lifeContract(open);
    placeContract(open);
    personContract(open);
  });
}

function lifeContract(home: OpenHome): void {
  test("the operator is absent at first, then the one last set, also after reopening", async () => {
    expect(await home.store().getOperator()).toBeNull();
    await home.store().setOperator({ name: "Old", contact: "a@example.com" });
    await home
      .store()
      .setOperator({ name: "北京站 🚉", contact: "\"'; DROP TABLE zones; --\u0000" });
    const again = await home.reopen();
    expect(await again.getOperator()).toEqual({
      name: "北京站 🚉",
      contact: "\"'; DROP TABLE zones; --\u0000",
    });
  });

  test("a closed store refuses every call, and closing it again does nothing", async () => {
    const store = home.store();
    await store.close();
    await store.close();
    await expect(store.getOperator()).rejects.toThrow(/closed/);
    await expect(store.setOperator({ name: "a", contact: "b" })).rejects.toThrow(/closed/);
    await expect(store.deletePerson("p")).rejects.toThrow(/closed/);
  });
}
