import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../src/store/store.js";
import { changeContract } from "./store-changes.js";
import { complianceContract } from "./store-compliance.js";
import { decisionContract } from "./store-decisions.js";
import { erasureContract } from "./store-erasures.js";
import { filingContract } from "./store-filing.js";
import { insertionContract } from "./store-insertion.js";
import { personContract } from "./store-persons.js";
import { placeContract } from "./store-places.js";
import { anOperator } from "./store-records.js";
import { upkeepContract } from "./store-upkeep.js";

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
    complianceContract(open);
    insertionContract(open);
    personContract(open);
    decisionContract(open);
    erasureContract(open);
    filingContract(open);
    changeContract(open);
    upkeepContract(open);
  });
}

function lifeContract(home: OpenHome): void {
  test("the operator is absent at first, then the one last set, also after reopening", async () => {
    expect(await home.store().getOperator()).toBeNull();
    await home.store().setOperator(anOperator({ name: "Old", officers: [] }));
    await home.store().setOperator(anOperator());
    const again = await home.reopen();
    expect(await again.getOperator()).toEqual(anOperator());
  });

  test("a closed store refuses every call, and closing it again does nothing", async () => {
    const store = home.store();
    await store.close();
    await store.close();
    await expect(store.getOperator()).rejects.toThrow(/closed/);
    await expect(store.setOperator(anOperator())).rejects.toThrow(/closed/);
    await expect(store.erasePersons([])).rejects.toThrow(/closed/);
    await expect(store.backup("/nowhere/else")).rejects.toThrow(/closed/);
  });
}
